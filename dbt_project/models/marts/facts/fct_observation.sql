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

programmes as (

    select * from {{ ref('dim_programme') }}

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
        programmes.programme_code,
        named.place,
        named.method,
        named.confidence,
        named.quote
    from named
    left join resolved on named.squeezed_entity = resolved.squeezed_name
    left join schools on resolved.school_id = schools.school_id
    left join programmes on named.squeezed_programme = programmes.name_zh

)

select * from final
