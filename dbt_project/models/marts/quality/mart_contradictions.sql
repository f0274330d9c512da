with

contradictions as (

    select * from {{ ref('fct_contradiction') }}

),

observations as (

    select * from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

districts as (

    select * from {{ ref('dim_district') }}

),

final as (

    select
        contradictions.contradiction_id,
        contradictions.rule,
        contradictions.entity,
        contradictions.school_id,
        contradictions.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        contradictions.year,
        contradictions.metric,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        contradictions.printed_value,
        contradictions.expected_value,
        {{ percent_change('contradictions.printed_value', 'contradictions.expected_value') }}
            as difference_pct,
        contradictions.slip,
        contradictions.arithmetic_zh,
        contradictions.arithmetic_en,
        observations.place,
        observations.quote,
        contradictions.report_id,
        reports.title as report_title,
        reports.url,
        contradictions.observation_id
    from contradictions
    inner join reports on contradictions.report_id = reports.report_id
    inner join metrics on contradictions.metric = metrics.metric
    left join observations on contradictions.observation_id = observations.observation_id
    left join districts on contradictions.district_code = districts.district_code

)

select * from final
