with

school_metrics as (

    select * from {{ ref('fct_school_metric') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

districts as (

    select * from {{ ref('dim_district') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

years as (

    select * from {{ ref('dim_year') }}

),

changes as (

    {{ with_changes('school_metrics', 'school_id') }}

),

final as (

    select
        changes.school_id,
        schools.name_zh as school_name_zh,
        schools.name_en as school_name_en,
        schools.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        changes.metric,
        metrics.theme,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        changes.unit,
        changes.year,
        years.school_year_label,
        changes.value,
        changes.previous_value,
        cast(changes.value - changes.previous_value as decimal(28, 6)) as change,
        {{ percent_change('changes.value', 'changes.previous_value') }} as change_pct,
        {{ percent_change('changes.value', 'changes.value_two_years_before') }} as three_year_change_pct,
        changes.observation_id
    from changes
    inner join schools on changes.school_id = schools.school_id
    left join districts on schools.district_code = districts.district_code
    inner join metrics on changes.metric = metrics.metric
    inner join years on changes.year = years.year

)

select * from final
