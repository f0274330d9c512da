{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('report_id', 'int_reports_touched', 'is_touched') }}"
) }}

with

touched as (

    select report_id from {{ ref('int_reports_touched') }}
    where is_touched

),

observations as (

    select * from {{ ref('fct_observation') }}
    {% if is_incremental() %}
        where report_id in (select touched.report_id from touched)
    {% endif %}

),

final as (

    select
        report_id,
        cast(count(*) as integer) as n_observations,
        cast(count(*) filter (where metric = 'unmapped') as integer) as n_unmapped,
        cast(count(*) filter (where entity is null) as integer) as n_without_entity,
        cast(count(*) filter (where year is null) as integer) as n_without_year,
        cast(count(*) filter (where starts_with(programme_id, 'p-')) as integer) as n_unknown_programme,
        cast(count(*) filter (
            where metric <> 'unmapped' and year is not null and coalesce(school_id, district_code) is not null
        ) as integer) as n_usable,
        round(avg(confidence), 3) as mean_confidence
    from observations
    group by report_id

)

select * from final
