{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched_schools(or_where=a_new_year()) }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}
-- depends_on: {{ ref('int_reports_touched') }}
-- depends_on: {{ ref('dim_report') }}

with

school_metrics as (

    select * from {{ ref('fct_school_metric') }}
    where {{ schools_to_insert() }}

),

schools as (

    select * from {{ ref('dim_school') }}
    where is_current

),

districts as (

    select * from {{ ref('dim_district') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

reports as (

    select * from {{ ref('dim_report') }}
    where is_latest and role = 'report' and report_year is not null

),

years as (

    select year from {{ ref('dim_year') }}
    where year <= (select max(reports.report_year) from reports)

),

own_reports as (

    select distinct
        publisher_school_id as school_id,
        report_year as year
    from reports
    where publisher_school_id is not null

),

-- A school is looked for from the first year that a report speaks of it, until now or until it was merged.
looked_for as (

    select
        schools.school_id,
        min(reports.report_year) as first_year,
        any_value(coalesce(schools.valid_to, 9999)) as last_year
    from school_metrics
    inner join reports on school_metrics.report_id = reports.report_id
    inner join schools on school_metrics.school_id = schools.school_id
    group by schools.school_id

),

-- What every school should print, and what this one has ever printed.
metrics_of_schools as (

    select
        school_id,
        metric,
        min(year) as first_printed
    from school_metrics
    group by school_id, metric
    union all
    select
        looked_for.school_id,
        metrics.metric,
        null as first_printed
    from looked_for
    cross join metrics
    where metrics.is_core

),

wanted as (

    select
        metrics_of_schools.school_id,
        years.year,
        metrics_of_schools.metric,
        min(metrics_of_schools.first_printed) as first_printed
    from metrics_of_schools
    inner join looked_for on metrics_of_schools.school_id = looked_for.school_id
    inner join years on years.year between looked_for.first_year and looked_for.last_year
    group by metrics_of_schools.school_id, years.year, metrics_of_schools.metric

),

final as (

    select
        wanted.school_id,
        schools.name_zh as school_name_zh,
        schools.name_en as school_name_en,
        schools.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        wanted.year,
        wanted.metric,
        metrics.theme,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        school_metrics.value is not null as is_present,
        metrics.is_core or coalesce(wanted.first_printed < wanted.year, false) as is_expected,
        case
            when metrics.is_core then 'core'
            when wanted.first_printed < wanted.year then 'printed_before'
        end as expected_because,
        own_reports.school_id is not null as has_own_report,
        case
            when school_metrics.value is not null then 'present'
            when not (metrics.is_core or coalesce(wanted.first_printed < wanted.year, false))
                then 'not_expected'
            when own_reports.school_id is null then 'missing_without_report'
            else 'missing_in_report'
        end as coverage_status
    from wanted
    inner join schools on wanted.school_id = schools.school_id
    inner join metrics on wanted.metric = metrics.metric
    left join districts on schools.district_code = districts.district_code
    left join school_metrics
        on
            wanted.school_id = school_metrics.school_id
            and wanted.year = school_metrics.year
            and wanted.metric = school_metrics.metric
    left join own_reports on wanted.school_id = own_reports.school_id and wanted.year = own_reports.year

)

select * from final
