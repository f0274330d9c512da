with

programmes as (

    select * from {{ ref('programmes') }}

),

dims as (

    select * from {{ ref('int_dims_described') }}

),

catalogued as (

    select
        code as programme_id,
        code as programme_code,
        name_zh,
        class_code,
        class_name_zh,
        category_code,
        category_name_zh,
        false as is_provisional
    from programmes

),

-- A programme that is printed and not in the catalogue: its name is all that is known.
printed as (

    select
        programme_id,
        cast(null as varchar) as programme_code,
        min(printed_programme) as name_zh,
        cast(null as varchar) as class_code,
        cast(null as varchar) as class_name_zh,
        cast(null as varchar) as category_code,
        cast(null as varchar) as category_name_zh,
        true as is_provisional
    from dims
    where programme_id is not null and starts_with(programme_id, 'p-')
    group by programme_id

),

final as (

    select * from catalogued
    union all
    select * from printed

)

select * from final
