with

districts as (

    select * from {{ ref('districts') }}

),

final as (

    select
        code as district_code,
        name_zh,
        name_en,
        short_name,
        kind,
        valid_from,
        valid_to
    from districts

)

select * from final
