{% set observations = as_built('fct_observation', schema=target.schema) if continues() else none -%}
{% set corrections = as_built('int_corrections') if continues() else none -%}

with

reports as (

    select * from {{ ref('int_reports_touched') }}

),

final as (

    {% if observations -%}
        select distinct
            observations.entity_kind,
            observations.school_id,
            observations.district_code,
            observations.year,
            observations.metric
        from {{ observations }} as observations
        inner join reports on observations.report_id = reports.report_id
        where reports.is_touched
        union
        select
            entity_kind,
            school_id,
            district_code,
            year,
            metric
        from {{ corrections }}
    {%- else -%}
        select
            cast(null as varchar) as entity_kind,
            cast(null as varchar) as school_id,
            cast(null as varchar) as district_code,
            cast(null as integer) as year,
            cast(null as varchar) as metric
        from reports
        where false
    {%- endif %}

)

select * from final
