with

decisions as (

    select * from {{ ref('stg_review__decisions') }}
    where is_latest and verdict = 'corrected'

),

observations as (

    select * from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

-- A correction is of a report in all its versions.
addressed as (

    select
        decisions.*,
        later.report_id as latest_report_id
    from decisions
    inner join reports on decisions.report_id = reports.report_id
    inner join reports as later on reports.chain_id = later.chain_id and later.is_latest

),

final as (

    -- It holds while the source prints what was corrected; once it prints something else it is not applied.
    select
        observations.observation_id,
        observations.entity_kind,
        observations.school_id,
        observations.district_code,
        observations.year,
        observations.metric,
        addressed.corrected_value,
        addressed.finding,
        addressed.reason
    from addressed
    inner join observations
        on
            addressed.latest_report_id = observations.report_id
            and addressed.raw = observations.raw
            and addressed.metric = observations.metric
            and addressed.year = observations.year
            and {{ squeezed('addressed.entity') }} = {{ squeezed('observations.entity') }}
            and {{ dims_key('addressed.dims') }} = {{ dims_key('observations.dims') }}
    qualify row_number() over (partition by observations.observation_id order by addressed.line desc) = 1

)

select * from final
