{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('metric, year', 'int_rankings_touched') }}"
) }}

-- depends_on: {{ ref('int_rankings_touched') }}

with

school_metrics as (

    select * from {{ ref('fct_school_metric') }}
    {% if is_incremental() %}
        where
            year between (select min(rankings.year) - 2 from {{ ref('int_rankings_touched') }} as rankings)
            and (select max(rankings.year) from {{ ref('int_rankings_touched') }} as rankings)
            and metric in (select rankings.metric from {{ ref('int_rankings_touched') }} as rankings)
    {% endif %}

),

rates as (

    select * from {{ ref('fct_school_rate') }}

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

years as (

    select * from {{ ref('dim_year') }}

),

changes as (

    {{ with_changes('school_metrics', 'school_id') }}

),

located as (

    select
        changes.*,
        schools.name_zh as school_name_zh,
        schools.name_en as school_name_en,
        schools.district_code
    from changes
    inner join schools on changes.school_id = schools.school_id
    {% if is_incremental() %}
        where (changes.metric, changes.year) in (
            select (rankings.metric, rankings.year) from {{ ref('int_rankings_touched') }} as rankings
        )
    {% endif %}

),

ranked as (

    -- 1 is the largest value, whether that is good or bad.
    select
        *,
        rank() over (partition by metric, year order by value desc) as rank_overall,
        count(*) over (partition by metric, year) as n_schools,
        rank() over (partition by metric, year, district_code order by value desc) as rank_in_district,
        count(*) over (partition by metric, year, district_code) as n_schools_in_district
    from located

),

final as (

    select
        ranked.school_id,
        ranked.school_name_zh,
        ranked.school_name_en,
        ranked.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        ranked.metric,
        metrics.theme,
        metrics.name_zh as metric_name_zh,
        metrics.name_en as metric_name_en,
        ranked.unit,
        ranked.year,
        years.school_year_label,
        ranked.value,
        ranked.previous_value,
        cast(ranked.value - ranked.previous_value as decimal(28, 6)) as change,
        {{ percent_change('ranked.value', 'ranked.previous_value') }} as change_pct,
        {{ percent_change('ranked.value', 'ranked.value_two_years_before') }} as three_year_change_pct,
        case when districts.district_code is not null then cast(ranked.rank_in_district as integer) end
            as rank_in_district,
        case when districts.district_code is not null then cast(ranked.n_schools_in_district as integer) end
            as n_schools_in_district,
        cast(ranked.rank_overall as integer) as rank_overall,
        cast(ranked.n_schools as integer) as n_schools_overall,
        rates.recomputed_value,
        ranked.observation_id
    from ranked
    left join districts on ranked.district_code = districts.district_code
    inner join metrics on ranked.metric = metrics.metric
    inner join years on ranked.year = years.year
    left join rates
        on ranked.school_id = rates.school_id and ranked.year = rates.year and ranked.metric = rates.metric

)

select * from final
