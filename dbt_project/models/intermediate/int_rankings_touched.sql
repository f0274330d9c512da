with

cells as (

    select distinct
        year,
        metric
    from {{ ref('int_cells_touched') }}
    where subject_kind = 'school'

),

rates as (

    select * from {{ ref('dim_rate') }}

),

-- A rate is recomputed where a part of it is touched.
figures as (

    select
        year,
        metric
    from cells
    union
    select
        cells.year,
        rates.metric
    from cells
    inner join rates on cells.metric in (rates.numerator, rates.denominator, rates.added_to_denominator)

),

final as (

    -- The change over three years looks two years back.
    select
        metric,
        year
    from figures
    union
    select
        metric,
        year + 1 as year
    from figures
    union
    select
        metric,
        year + 2 as year
    from figures

)

select * from final
