with

cells_before as (

    select * from {{ ref('int_cells_before') }}

),

observations as ( -- noqa: ST03

    select * from {{ ref('fct_observation') }}

),

reports as ( -- noqa: ST03

    select * from {{ ref('int_reports_touched') }}

),

corrections as ( -- noqa: ST03

    select * from {{ ref('int_corrections') }}

),

touched as (

    select * from cells_before
    {% if continues() %}
        union
        select
            observations.entity_kind,
            observations.school_id,
            observations.district_code,
            observations.year,
            observations.metric
        from observations
        inner join reports on observations.report_id = reports.report_id
        where reports.is_touched
        union
        select
            entity_kind,
            school_id,
            district_code,
            year,
            metric
        from corrections
    {% endif %}

),

with_districts as (

    select * from touched
    union
    -- A school's figure is part of its district's sum.
    select
        'district' as entity_kind,
        null as school_id,
        district_code,
        year,
        metric
    from touched
    where entity_kind = 'school' and district_code is not null

),

final as (

    select
        entity_kind as subject_kind,
        case entity_kind when 'school' then school_id else district_code end as subject_id,
        school_id,
        district_code,
        year,
        metric
    from with_districts
    where entity_kind is not null and year is not null and metric <> 'unmapped'

)

select * from final
