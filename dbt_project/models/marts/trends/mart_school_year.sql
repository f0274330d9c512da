{#- A column for each headline metric, its unit in its name: metric → column. -#}
{% set columns = {
    'enrolment': 'enrolment_persons',
    'new_entrants': 'new_entrants_persons',
    'graduates': 'graduates_persons',
    'staff': 'staff_persons',
    'full_time_teachers': 'full_time_teachers_persons',
    'part_time_teachers': 'part_time_teachers_persons',
    'dual_qualified_teachers': 'dual_qualified_teachers_persons',
    'dual_qualified_teachers_share': 'dual_qualified_teachers_share_pct',
    'student_teacher_ratio': 'students_per_teacher',
    'programmes': 'programmes_count',
    'campus_area': 'campus_area_m2',
    'floor_area': 'floor_area_m2',
    'equipment_value': 'equipment_value_cny',
    'books': 'books_volumes',
    'practice_stations': 'practice_stations_count',
    'teaching_computers': 'teaching_computers_count',
    'employment_rate': 'employment_rate_pct',
    'matched_employment_rate': 'matched_employment_rate_pct',
    'progression_rate': 'progression_rate_pct',
    'certificate_rate': 'certificate_rate_pct',
    'starting_salary': 'starting_salary_cny_per_month',
    'income': 'income_cny',
    'expenditure': 'expenditure_cny',
    'funding_per_student': 'funding_per_student_cny',
    'aid_amount': 'aid_amount_cny',
    'aid_recipients': 'aid_recipients_persons',
    'partner_enterprises': 'partner_enterprises_count'
} %}

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

pivoted as (

    select
        school_id,
        year,
        {% for metric, column in columns.items() -%}
            max(value) filter (where metric = '{{ metric }}') as {{ column }},
        {% endfor -%}
        cast(count(*) as integer) as n_metrics
    from school_metrics
    group by school_id, year

),

final as (

    select
        pivoted.school_id,
        schools.name_zh as school_name_zh,
        schools.name_en as school_name_en,
        schools.school_kind,
        schools.ownership,
        schools.district_code,
        districts.name_zh as district_name_zh,
        districts.name_en as district_name_en,
        pivoted.year,
        pivoted.n_metrics,
        {{ columns.values() | join(', ') }}
    from pivoted
    inner join schools on pivoted.school_id = schools.school_id
    left join districts on schools.district_code = districts.district_code

)

select * from final
