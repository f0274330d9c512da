with

schools as (

    select * from {{ ref('schools') }}

),

school_types as (

    select * from {{ ref('school_types') }}

),

entities as (

    select * from {{ ref('stg_reports__entities') }}

),

observed as (

    select * from {{ ref('int_observed_names') }}

),

resolved as (

    select * from {{ ref('int_entities_resolved') }}

),

reports as (

    select * from {{ ref('int_reports_described') }}

),

known as (

    select
        school_id,
        name_zh,
        name_en,
        short_names,
        district_code,
        ownership,
        kind,
        false as is_provisional
    from schools

),

mentioned as (

    select
        report_id,
        name,
        squeezed_name,
        short_names
    from entities
    union all
    select
        report_id,
        entity as name,
        {{ squeezed('entity') }} as squeezed_name,
        cast([] as varchar[]) as short_names
    from observed

),

named as (

    select
        resolved.school_id,
        mentioned.name,
        mentioned.short_names,
        coalesce(resolved.district_code, reports.district_code) as district_code
    from mentioned
    inner join resolved on mentioned.squeezed_name = resolved.squeezed_name
    left join reports on mentioned.report_id = reports.report_id
    where resolved.entity_kind = 'school' and resolved.school_id not in (select known.school_id from known)

),

grouped as (

    select
        school_id,
        mode(name order by name) as name_zh,
        list_sort(list_distinct(flatten(list(short_names)))) as short_names,
        mode(district_code order by district_code) as district_code
    from named
    group by school_id

),

provisional as (

    select
        grouped.school_id,
        grouped.name_zh,
        cast(null as varchar) as name_en,
        nullif(array_to_string(grouped.short_names, '|'), '') as short_names,
        grouped.district_code,
        cast(null as varchar) as ownership,
        school_types.kind,
        true as is_provisional
    from grouped
    left join school_types on ends_with(grouped.name_zh, school_types.suffix)
    qualify
        row_number()
            over (partition by grouped.school_id order by length(school_types.suffix) desc nulls last)
        = 1

),

final as (

    select * from known
    union all
    select * from provisional

)

select * from final
