with

reports as (

    select * from {{ ref('dim_report') }}

),

counts as (

    select * from {{ ref('fct_report_quality') }}

),

contradictions as (

    select
        report_id,
        count(*) as n_contradictions
    from {{ ref('fct_contradiction') }}
    group by report_id

),

districts as (

    select * from {{ ref('dim_district') }}

),

final as (

    select
        reports.report_id,
        reports.title as report_title,
        reports.publisher,
        reports.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        reports.report_year,
        reports.source,
        reports.url,
        reports.role,
        reports.is_latest,
        reports.reject_reason,
        coalesce(counts.n_observations, 0) as n_observations,
        coalesce(counts.n_usable, 0) as n_usable,
        coalesce(counts.n_unmapped, 0) as n_unmapped,
        coalesce(counts.n_without_entity, 0) as n_without_entity,
        coalesce(counts.n_without_year, 0) as n_without_year,
        coalesce(counts.n_unknown_programme, 0) as n_unknown_programme,
        round(100.0 * counts.n_usable / counts.n_observations, 1) as usable_pct,
        counts.mean_confidence,
        cast(coalesce(contradictions.n_contradictions, 0) as integer) as n_contradictions
    from reports
    left join counts on reports.report_id = counts.report_id
    left join contradictions on reports.report_id = contradictions.report_id
    left join districts on reports.district_code = districts.district_code

)

select * from final
