with

programmes as (

    select * from {{ ref('programmes') }}

),

final as (

    select
        code as programme_code,
        name_zh,
        class_code,
        class_name_zh,
        category_code,
        category_name_zh
    from programmes

)

select * from final
