with

metrics as (

    select * from {{ ref('metrics') }}

),

definitions as (

    select * from {{ ref('metric_definitions') }}

),

final as (

    select
        metrics.code as metric,
        metrics.theme,
        metrics.name_zh,
        metrics.name_en,
        metrics.unit,
        metrics.kind,
        metrics.additive as is_additive,
        coalesce(definitions.is_core, false) as is_core,
        definitions.definition_zh,
        definitions.definition_en,
        definitions.source as definition_source,
        cast(coalesce(definitions.lower_bound, 0) as decimal(28, 6)) as lower_bound,
        cast(definitions.upper_bound as decimal(28, 6)) as upper_bound
    from metrics
    left join definitions on metrics.code = definitions.metric

)

select * from final
