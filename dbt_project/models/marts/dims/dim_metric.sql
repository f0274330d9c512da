with

metrics as (

    select * from {{ ref('metrics') }}

),

final as (

    select
        code as metric,
        theme,
        name_zh,
        name_en,
        unit,
        kind,
        additive as is_additive
    from metrics

)

select * from final
