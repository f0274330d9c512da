with

ratios as (

    select
        *,
        row_number() over () as position
    from {{ ref('metric_ratios') }}

),

final as (

    select
        ratio as metric,
        cast(row_number() over (partition by ratio order by position) as integer) as reading,
        numerator,
        denominator,
        plus as added_to_denominator,
        factor,
        denominator_scope,
        note
    from ratios

)

select * from final
