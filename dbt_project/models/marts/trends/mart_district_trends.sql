with

district_metrics as (

    select * from {{ ref('fct_district_metric') }}

),

rates as (

    select * from {{ ref('fct_district_rate') }}

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

ranked as (

    select
        changes.*,
        rank() over (partition by changes.metric, changes.year order by changes.value desc) as rank_overall,
        count(*) over (partition by changes.metric, changes.year) as n_districts
    from changes
    inner join districts on changes.district_code = districts.district_code
    where districts.district_kind <> 'municipality'

),

municipality as (

    select
        changes.*,
        null as rank_overall,
        null as n_districts
    from changes
    inner join districts on changes.district_code = districts.district_code
    where districts.district_kind = 'municipality'

),

all_changes as (

    select * from ranked
    union all
    select * from municipality

),

final as (

    select
        all_changes.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        all_changes.metric,
        metrics.theme,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        all_changes.unit,
        all_changes.year,
        years.school_year_label,
        all_changes.basis,
        all_changes.n_schools,
        all_changes.value,
        all_changes.previous_value,
        cast(all_changes.value - all_changes.previous_value as decimal(28, 6)) as change,
        {{ percent_change('all_changes.value', 'all_changes.previous_value') }} as change_pct,
        {{ percent_change('all_changes.value', 'all_changes.value_two_years_before') }}
            as three_year_change_pct,
        cast(all_changes.rank_overall as integer) as rank_overall,
        cast(all_changes.n_districts as integer) as n_districts,
        rates.recomputed_value
    from all_changes
    inner join districts on all_changes.district_code = districts.district_code
    inner join metrics on all_changes.metric = metrics.metric
    inner join years on all_changes.year = years.year
    left join rates
        on
            all_changes.district_code = rates.district_code
            and all_changes.year = rates.year
            and all_changes.metric = rates.metric

)

select * from final
