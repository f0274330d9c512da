with

entities as (

    select * from {{ ref('stg_reports__entities') }}

),

observed as (

    select distinct entity from {{ ref('int_observed_names') }}

),

district_names as (

    select * from {{ ref('int_district_names') }}

),

school_names as (

    select * from {{ ref('int_school_names') }}

),

schools as (

    select * from {{ ref('schools') }}

),

mentioned as (

    select
        squeezed_name,
        kind = 'district' as called_district
    from entities
    union all
    select
        {{ squeezed('entity') }} as squeezed_name,
        false as called_district
    from observed

),

names as (

    select
        squeezed_name,
        bool_or(called_district) as called_district
    from mentioned
    group by squeezed_name

),

matched as (

    select
        names.squeezed_name,
        district_names.district_code,
        names.called_district or district_names.district_code is not null as is_district,
        coalesce(
            school_names.school_id,
            'p-' || substr(md5(names.squeezed_name), 1, 12)
        ) as school_id,
        schools.district_code as school_district_code
    from names
    left join district_names on names.squeezed_name = district_names.squeezed_name
    left join school_names on names.squeezed_name = school_names.squeezed_name
    left join schools on school_names.school_id = schools.school_id

),

final as (

    select
        squeezed_name,
        case when is_district then 'district' else 'school' end as entity_kind,
        case when not is_district then school_id end as school_id,
        case
            when is_district then district_code
            else coalesce(school_district_code, {{ district_named_in('matched.squeezed_name') }})
        end as district_code
    from matched

)

select * from final
