{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('subject_kind, subject_id, year, metric') }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}

with

restatements as (

    select * from {{ ref('fct_restatement') }}
    {% if is_incremental() %}
        where (subject_kind, subject_id, year, metric) in (
            select (cells.subject_kind, cells.subject_id, cells.year, cells.metric)
            from {{ ref('int_cells_touched') }} as cells
        )
    {% endif %}

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

),

final as (

    select
        restatements.subject_kind,
        restatements.subject_id,
        coalesce(schools.name_zh, districts.name_zh) as subject_name_zh,
        coalesce(schools.name_en, districts.name_en) as subject_name_en,
        coalesce(schools.district_code, districts.district_code) as district_code,
        restatements.metric,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        metrics.unit,
        restatements.year,
        restatements.value_before,
        restatements.restated_value,
        restatements.restated_by,
        restatements.restated_by_pct,
        restatements.is_reissue,
        restatements.previous_report_id,
        earlier.title as previous_report_title,
        restatements.report_id,
        later.title as report_title,
        later.url,
        restatements.observation_id
    from restatements
    inner join metrics on restatements.metric = metrics.metric
    inner join reports as later on restatements.report_id = later.report_id
    inner join reports as earlier on restatements.previous_report_id = earlier.report_id
    left join schools on restatements.subject_kind = 'school' and restatements.subject_id = schools.school_id
    left join districts
        on restatements.subject_kind = 'district' and restatements.subject_id = districts.district_code

)

select * from final
