{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('subject_kind, subject_id, year, metric') }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

observations as (

    select
        * exclude (entity_kind),
        entity_kind as subject_kind,
        case entity_kind when 'school' then school_id else district_code end as subject_id
    from {{ ref('fct_observation') }}
    where
        scope = 'total'
        and metric <> 'unmapped'
        and year is not null
        and subject_id is not null
        {% if is_incremental() -%}
            and year in (select cells.year from {{ ref('int_cells_touched') }} as cells)
            and (subject_kind, subject_id, year, metric) in (
                select (cells.subject_kind, cells.subject_id, cells.year, cells.metric)
                from {{ ref('int_cells_touched') }} as cells
            )
        {%- endif %}

),

reports as (

    select
        *,
        coalesce(published_on, make_date(report_year, 12, 31), date '1900-01-01') as reported_on
    from {{ ref('dim_report') }}
    where status = 'read'

),

-- By hashes of the reports, as they are compared faster than their ids.
printed_again as (

    select
        subject_kind,
        subject_id,
        year,
        metric
    from observations
    group by subject_kind, subject_id, year, metric
    having count(*) > 1 and min(hash(report_id)) <> max(hash(report_id))

),

-- The one figure that a report stands for, were it the only one: a table over prose, then the surer reading.
printed as (

    select observations.*
    from observations
    semi join printed_again
        on
            observations.subject_kind = printed_again.subject_kind
            and observations.subject_id = printed_again.subject_id
            and observations.year = printed_again.year
            and observations.metric = printed_again.metric
    qualify row_number() over (
        partition by
            observations.subject_kind, observations.subject_id, observations.year, observations.metric,
            observations.report_id
        order by
            observations.place = 'prose', observations.confidence desc nulls last, observations.char_start
    ) = 1

),

followed as (

    select
        printed.*,
        reports.chain_id,
        reports.publisher_kind,
        reports.reported_on,
        lag(printed.value) over by_time as previous_value,
        lag(printed.report_id) over by_time as previous_report_id,
        lag(reports.chain_id) over by_time as previous_chain_id,
        lag(reports.reported_on) over by_time as previous_reported_on
    from printed
    inner join reports on printed.report_id = reports.report_id
    window by_time as (
        partition by printed.subject_kind, printed.subject_id, printed.year, printed.metric
        order by reports.reported_on, reports.version, printed.report_id
    )

),

final as (

    select
        subject_kind,
        subject_id,
        year,
        metric,
        report_id,
        previous_report_id,
        reported_on,
        previous_reported_on,
        previous_value as value_before,
        value as restated_value,
        cast(value - previous_value as decimal(28, 6)) as restated_by,
        {{ percent_change('value', 'previous_value') }} as restated_by_pct,
        chain_id = previous_chain_id as is_reissue,
        observation_id
    from followed
    where value <> previous_value

)

select * from final
