with

observations as (

    select * from {{ ref('stg_reports__observations') }}

),

resolved as (

    select * from {{ ref('int_entities_resolved') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

programme_names as (

    select * from {{ ref('int_programme_names') }}

),

named as (

    select
        *,
        {{ squeezed('entity') }} as squeezed_entity,
        {{ squeezed("dims ->> 'programme'") }} as squeezed_programme
    from observations

),

final as (

    select
        named.observation_id,
        named.report_id,
        named.char_start,
        named.char_end,
        named.raw,
        named.value,
        named.unit,
        named.unit_raw,
        named.metric,
        named.label,
        named.entity,
        resolved.entity_kind,
        resolved.school_id,
        coalesce(schools.district_code, resolved.district_code) as district_code,
        named.year,
        named.year_basis,
        named.dims,
        named.n_dims,
        programme_names.programme_code,
        named.place,
        named.method,
        named.confidence,
        named.quote
    from named
    left join resolved on named.squeezed_entity = resolved.squeezed_name
    left join schools on resolved.school_id = schools.school_id
    left join programme_names on named.squeezed_programme = programme_names.squeezed_name

)

select * from final
