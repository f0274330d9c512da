with

schools as (

    select * from {{ ref('int_schools_described') }}

),

final as (

    select
        school_id,
        name_zh,
        name_en,
        short_names,
        district_code,
        ownership,
        kind,
        is_provisional
    from schools

)

select * from final
