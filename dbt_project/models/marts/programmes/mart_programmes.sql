{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched_schools() }}"
) }}

-- depends_on: {{ ref('int_cells_touched') }}
-- depends_on: {{ ref('int_reports_touched') }}
-- depends_on: {{ ref('dim_report') }}

with

programme_metrics as (

    select * from {{ ref('fct_school_programme_metric') }}
    where {{ schools_to_insert() }}

),

schools as (

    select * from {{ ref('dim_school') }}
    where is_current

),

districts as (

    select * from {{ ref('dim_district') }}

),

programmes as (

    select * from {{ ref('dim_programme') }}

),

pivoted as (

    select
        school_id,
        programme_id,
        year,
        max(value) filter (where metric = 'enrolment') as enrolment_persons,
        max(value) filter (where metric = 'new_entrants') as new_entrants_persons,
        max(value) filter (where metric = 'graduates') as graduates_persons
    from programme_metrics
    group by school_id, programme_id, year

),

-- Only years in which the school lists programmes at all say that one is not there.
years_with_programmes as (

    select distinct
        school_id,
        year
    from pivoted

),

listed_years as (

    select
        school_id,
        year,
        lag(year) over (partition by school_id order by year) as previous_year
    from years_with_programmes

),

offered as (

    select
        pivoted.*,
        listed_years.previous_year
    from pivoted
    inner join listed_years on pivoted.school_id = listed_years.school_id and pivoted.year = listed_years.year

),

closed as (

    select
        earlier.school_id,
        earlier.programme_id,
        listed_years.year,
        cast(null as decimal(28, 6)) as enrolment_persons,
        cast(null as decimal(28, 6)) as new_entrants_persons,
        cast(null as decimal(28, 6)) as graduates_persons,
        listed_years.previous_year
    from listed_years
    inner join pivoted as earlier
        on listed_years.school_id = earlier.school_id and listed_years.previous_year = earlier.year
    anti join pivoted as later
        on
            earlier.school_id = later.school_id
            and earlier.programme_id = later.programme_id
            and listed_years.year = later.year

),

rows_of_years as (

    select
        *,
        true as is_offered
    from offered
    union all
    select
        *,
        false as is_offered
    from closed

),

compared as (

    select
        rows_of_years.*,
        earlier.enrolment_persons as previous_enrolment_persons,
        earlier.new_entrants_persons as previous_new_entrants_persons,
        rows_of_years.is_offered
        and rows_of_years.previous_year is not null
        and earlier.school_id is null as is_opened
    from rows_of_years
    left join pivoted as earlier
        on
            rows_of_years.school_id = earlier.school_id
            and rows_of_years.programme_id = earlier.programme_id
            and rows_of_years.previous_year = earlier.year

),

measured as (

    select
        *,
        coalesce(
            {{ percent_change('enrolment_persons', 'previous_enrolment_persons') }},
            {{ percent_change('new_entrants_persons', 'previous_new_entrants_persons') }}
        ) as change_pct
    from compared

),

final as (

    select
        measured.school_id,
        schools.name_zh as school_name_zh,
        schools.name_en as school_name_en,
        schools.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        measured.programme_id,
        programmes.name_zh as programme_name_zh,
        programmes.class_name_zh,
        programmes.category_name_zh,
        measured.year,
        measured.previous_year,
        measured.enrolment_persons,
        measured.new_entrants_persons,
        measured.graduates_persons,
        measured.previous_enrolment_persons,
        measured.change_pct,
        case
            when not measured.is_offered then 'closed'
            when measured.is_opened then 'opened'
            when measured.previous_year is null then 'first_year_seen'
            when measured.change_pct <= -{{ var('programme_shrinks_from_pct') }} then 'shrinking'
            when measured.change_pct >= {{ var('programme_shrinks_from_pct') }} then 'growing'
            else 'steady'
        end as programme_status
    from measured
    inner join schools on measured.school_id = schools.school_id
    inner join programmes on measured.programme_id = programmes.programme_id
    left join districts on schools.district_code = districts.district_code

)

select * from final
