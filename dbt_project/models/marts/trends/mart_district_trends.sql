with

district_metrics as (

    select * from {{ ref('fct_district_metric') }}

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

-- A printed figure is not compared with a sum, nor sums over a different number of schools.
comparable as (

    select
        *,
        case basis when 'sum_of_schools' then n_schools end as schools_in_sum
    from district_metrics

),

changes as (

    {{ with_changes('comparable', 'district_code, basis, schools_in_sum') }}

),

final as (

    select
        changes.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        changes.metric,
        metrics.theme,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        changes.unit,
        changes.year,
        years.school_year_label,
        changes.basis,
        changes.n_schools,
        changes.value,
        changes.previous_value,
        cast(changes.value - changes.previous_value as decimal(28, 6)) as change,
        {{ percent_change('changes.value', 'changes.previous_value') }} as change_pct,
        {{ percent_change('changes.value', 'changes.value_two_years_before') }} as three_year_change_pct
    from changes
    inner join districts on changes.district_code = districts.district_code
    inner join metrics on changes.metric = metrics.metric
    inner join years on changes.year = years.year

)

select * from final
