with

corrections as (

    select * from {{ ref('stg_review__decisions') }}
    where
        is_latest
        and verdict = 'corrected'
        and report_id is not null
        and metric is not null
        and year is not null

),

observations as (

    select * from {{ ref('int_observations_audited') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

-- What the corrected report, or its later version, prints now.
subjects as (

    select
        corrections.*,
        latest.report_id as latest_report_id
    from corrections
    inner join reports on corrections.report_id = reports.report_id
    inner join reports as latest on reports.chain_id = latest.chain_id and latest.is_latest

),

printed_now as (

    select
        subjects.line,
        observations.observation_id,
        observations.value,
        observations.raw,
        observations.raw = subjects.raw as is_as_it_was
    from subjects
    inner join observations
        on
            subjects.latest_report_id = observations.report_id
            and {{ squeezed('subjects.entity') }} = {{ squeezed('observations.entity') }}
            and subjects.metric = observations.metric
            and subjects.year = observations.year
            and {{ dims_key('subjects.dims') }} = {{ dims_key('observations.dims') }}

),

grouped as (

    select
        line,
        list(observation_id order by observation_id) as observation_ids,
        first(value order by observation_id) as value,
        first(raw order by observation_id) as raw,
        bool_or(is_as_it_was) as is_as_it_was
    from printed_now
    group by line

),

findings as (

    select
        'correction-outdated' as rule,
        concat_ws('|', subjects.finding, subjects.line) as subject_key,
        subjects.latest_report_id as report_id,
        subjects.entity,
        subjects.metric,
        subjects.year,
        coalesce(grouped.observation_ids, cast([] as varchar[])) as observation_ids,
        coalesce(grouped.value, subjects.corrected_value) as printed,
        cast(null as decimal(28, 6)) as expected,
        cast(null as varchar) as slip,
        metrics.name_zh || '：更正针对的 ' || subjects.raw || ' 已改为 ' || coalesce(grouped.raw, '（不再印出）')
        || '，更正值 ' || {{ figure('subjects.corrected_value') }} as arithmetic_zh,
        metrics.name_en
        || ': '
        || subjects.raw
        || ', which was corrected to '
        || {{ figure('subjects.corrected_value') }}
        || ', is now ' || coalesce(grouped.raw, 'no longer printed') as arithmetic_en
    from subjects
    inner join metrics on subjects.metric = metrics.metric
    left join grouped on subjects.line = grouped.line
    where not coalesce(grouped.is_as_it_was, false)

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
