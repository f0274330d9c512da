{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('report_id', 'int_reports_touched', 'is_touched') }}"
) }}

-- depends_on: {{ ref('int_cells_before') }}

with

touched as (

    select report_id from {{ ref('int_reports_touched') }}
    where is_touched

),

observations as (

    select * from {{ ref('stg_reports__observations') }}
    {% if is_incremental() %}
        where report_id in (select touched.report_id from touched)
    {% endif %}

),

observed as (

    select distinct entity from {{ ref('int_observed_names') }}

),

resolved as (

    select * from {{ ref('int_entities_resolved') }}

),

schools as (

    select * from {{ ref('int_schools_described') }}

),

dims as (

    select * from {{ ref('int_dims_described') }}

),

entities as (

    select
        observed.entity,
        resolved.entity_kind,
        resolved.school_id,
        coalesce(schools.district_code, resolved.district_code) as district_code
    from observed
    inner join resolved on {{ squeezed('observed.entity') }} = resolved.squeezed_name
    left join schools on resolved.school_id = schools.school_id

),

final as (

    select
        observations.observation_id,
        observations.report_id,
        observations.char_start,
        observations.char_end,
        observations.raw,
        observations.value,
        observations.unit,
        observations.unit_raw,
        observations.metric,
        observations.label,
        observations.entity,
        entities.entity_kind,
        entities.school_id,
        entities.district_code,
        observations.year,
        observations.year_basis,
        observations.dims,
        dims.n_dims,
        dims.scope,
        dims.programme_id,
        dims.breakdown_id,
        observations.place,
        observations.method,
        observations.confidence,
        observations.quote
    from observations
    left join entities on observations.entity = entities.entity
    inner join dims on observations.dims = dims.dims

)

select * from final
