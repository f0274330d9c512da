with

versions as (

    select * from {{ ref('int_school_versions') }}

),

final as (

    select
        school_key,
        school_id,
        version,
        name_zh,
        coalesce(name_en, name_zh) as name_en,
        short_names,
        district_code,
        ownership,
        kind as school_kind,
        valid_from,
        valid_to,
        is_current,
        change as change_kind,
        merged_into_school_id,
        is_provisional
    from versions

)

select * from final
