{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('metrics') }}

),

aliases as (

    select * from {{ ref('metric_aliases') }}

),

names as (

    select
        code as metric,
        name_zh as name
    from metrics
    union all
    -- ^ before an alias tells extraction where to look for it.
    select
        metric,
        ltrim(alias, '^') as name
    from aliases

),

final as (

    select distinct
        metric,
        {{ squeezed('name') }} as squeezed_name
    from names

)

select * from final
