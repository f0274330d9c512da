with

-- Not materialized: all columns of a million rows would be held in memory, and few are asked for at a time.
observations as not materialized (

    select * from {{ ref('int_observations_audited') }}

),

metrics as (

    select * from {{ ref('metrics') }}

),

ratios as (

    select
        metric_ratios.*,
        row_number() over () as position
    from {{ ref('metric_ratios') }} as metric_ratios

),

usual as (

    select
        ratios.ratio,
        metrics.unit as ratio_unit,
        list(distinct ratios.numerator) as numerators,
        list(distinct ratios.denominator) as denominators,
        min(ratios.position) as position
    from ratios
    inner join metrics on ratios.ratio = metrics.code
    group by ratios.ratio, metrics.unit

),

-- A sentence gives a figure one share: what looks like a second is of something that was not read.
second_shares as (

    select observation_id from observations
    where place = 'prose' and metric in (select usual.ratio from usual)
    qualify row_number() over (partition by account_id, passage_id, metric, dims_key order by char_start) > 1

),

shares as (

    select
        observations.observation_id,
        observations.report_id,
        observations.entity_id,
        observations.account_id,
        observations.metric,
        observations.dims_key,
        observations.place,
        observations.passage_id,
        observations.quote_id,
        observations.char_start,
        observations.value,
        observations.precision,
        observations.is_lower_bound,
        observations.share_base,
        usual.ratio_unit,
        usual.numerators as usual_numerators,
        usual.denominators as usual_denominators,
        usual.position as usual_position
    from observations
    inner join usual on observations.metric = usual.ratio
    where observations.observation_id not in (select second_shares.observation_id from second_shares)

),

-- A base that the sentence names must be one of the usual ones, or be found by its name.
bases as (

    select
        metric,
        squeezed_name as name
    from {{ ref('int_metric_names') }}

),

named_bases as (

    select
        shares.observation_id,
        list(distinct bases.metric) as metrics
    from shares
    inner join bases
        on
            length(shares.share_base) >= 2
            and (
                shares.share_base = bases.name
                or bases.name = shares.share_base || '数'
                or bases.name || '数' = shares.share_base
                or length(shares.share_base) >= 4 and ends_with(bases.name, shares.share_base)
            )
    group by shares.observation_id

),

-- What is owned, leased and shared makes up the whole, where its table prints each and no sum.
sums_of_holdings as (

    select
        account_id,
        metric,
        passage_id,
        list(observation_id order by value desc, char_start) as observation_ids,
        sum(value) as value,
        sum(precision) as precision
    from (
        select * from observations
        where place <> 'prose' and n_dims = 1 and json_exists(dims, '$.holding')
        qualify row_number() over (
            partition by account_id, metric, passage_id, dims_key order by preference
        ) = 1
    ) as holdings
    group by account_id, metric, passage_id
    having sum(value) > 0

),

numerators as (

    select
        account_id,
        metric,
        dims_key,
        passage_id,
        observation_id,
        cast([] as varchar[]) as more_ids,
        false as is_sum,
        value,
        precision
    from observations
    union all
    select
        account_id,
        metric,
        '{}' as dims_key,
        passage_id,
        observation_ids[1] as observation_id,
        observation_ids[2:] as more_ids,
        true as is_sum,
        value,
        precision
    from sums_of_holdings

),

-- What each share may be of what, by definition. Materialized, to be known before figures are joined to it:
-- in another order, every figure of the report would be tried.
definitions as materialized (

    select
        row_number() over () as definition_id,
        shares.observation_id,
        shares.account_id,
        shares.dims_key,
        shares.passage_id,
        shares.value,
        shares.precision,
        shares.is_lower_bound,
        ratios.position,
        ratios.position = shares.usual_position as is_usual,
        ratios.factor,
        ratios.numerator,
        ratios.denominator,
        ratios.plus,
        case ratios.denominator_scope when 'same' then shares.dims_key else '{}' end as denominator_dims_key,
        -- of a ratio whose base the reports choose only a base that is named is a definition
        ratios.ratio not in (select open_ratios.ratio from {{ ref('metric_open_ratios') }} as open_ratios)
        or shares.share_base is not null as is_defined
    from shares
    inner join ratios on shares.metric = ratios.ratio
    left join named_bases on shares.observation_id = named_bases.observation_id
    where shares.share_base is null or list_contains(named_bases.metrics, ratios.denominator)

),

-- The figures that a ratio can be made of by definition: the same report, entity, year and breakdown.
possible as (

    select
        definitions.observation_id,
        definitions.value,
        definitions.precision,
        definitions.is_lower_bound,
        definitions.definition_id,
        definitions.is_usual
        and definitions.passage_id = numerators.passage_id
        and definitions.passage_id = denominators.passage_id as are_beside,
        not numerators.is_sum and definitions.passage_id = numerators.passage_id as is_beside,
        numerators.observation_id as numerator_id,
        numerators.more_ids,
        numerators.is_sum,
        denominators.observation_id as denominator_id,
        addends.observation_id as addend_id,
        definitions.is_defined,
        definitions.position,
        definitions.factor,
        definitions.factor * cast(numerators.value as double) as numerator,
        definitions.factor * numerators.precision as numerator_precision,
        cast(denominators.value as double) + coalesce(cast(addends.value as double), 0) as denominator,
        denominators.precision + coalesce(addends.precision, 0) as denominator_precision
    from definitions
    inner join numerators
        on
            definitions.account_id = numerators.account_id
            and definitions.dims_key = numerators.dims_key
            and definitions.numerator = numerators.metric
    inner join observations as denominators
        on
            definitions.account_id = denominators.account_id
            and definitions.denominator_dims_key = denominators.dims_key
            and definitions.denominator = denominators.metric
    left join observations as addends
        on
            definitions.account_id = addends.account_id
            and definitions.plus = addends.metric
            and denominators.dims_key = addends.dims_key
            and addends.preference = 1
    where
        numerators.observation_id <> denominators.observation_id
        and (
            definitions.numerator <> definitions.denominator
            or numerators.dims_key <> denominators.dims_key
        )
        and (definitions.plus is null or addends.value is not null)

),

-- The numerator beside a ratio, in its table or its sentence, is its numerator, and others are not.
defined as (

    select * from possible
    where
        is_beside
        or definition_id not in (
            select beside.definition_id from possible as beside
            where beside.is_beside
        )

),

-- Its usual base beside a ratio, in its row or sentence, defines it: nothing else need explain it.
defined_beside as (

    select distinct observation_id from defined
    where are_beside

),

by_definition as (

    {{ derived_ratios('defined') }}

),

unexplained as (

    select * from shares
    where
        observation_id not in (select defined_beside.observation_id from defined_beside)
        and observation_id not in (
            select by_definition.observation_id from by_definition
            where by_definition.follows
        )

),

-- Or of others: a number before it in sentence or table, over any whole printed near or of the usual kind.
-- That explains a ratio that does not follow by definition; it proves none wrong.
near as (

    select
        unexplained.observation_id,
        unexplained.value,
        unexplained.precision,
        unexplained.is_lower_bound,
        numerators.observation_id as numerator_id,
        denominators.observation_id as denominator_id,
        cast([] as varchar[]) as more_ids,
        false as is_sum,
        cast(null as varchar) as addend_id,
        false as is_defined,
        cast(null as bigint) as position,
        case unexplained.ratio_unit when 'percent' then 100 else 1 end as factor,
        case unexplained.ratio_unit when 'percent' then 100 else 1 end
        * cast(numerators.value as double) as numerator,
        case unexplained.ratio_unit when 'percent' then 100 else 1 end
        * numerators.precision as numerator_precision,
        cast(denominators.value as double) as denominator,
        denominators.precision as denominator_precision
    from unexplained
    inner join observations as numerators
        on
            unexplained.account_id = numerators.account_id
            and unexplained.place = numerators.place
            and numerators.metric_kind <> 'ratio'
            and (
                unexplained.place <> 'prose' and unexplained.dims_key = numerators.dims_key
                or unexplained.quote_id = numerators.quote_id
                and unexplained.char_start > numerators.char_start
            )
            -- in a table the row or column of the share's own numerator
            and (
                unexplained.place = 'prose'
                or list_contains(unexplained.usual_numerators, numerators.metric)
            )
    inner join observations as denominators
        on
            unexplained.account_id = denominators.account_id
            and denominators.metric_kind <> 'ratio'
            and (unexplained.ratio_unit <> 'percent' or numerators.value <= denominators.value)
            and (
                unexplained.place = denominators.place and denominators.dims_key = '{}'
                and (
                    unexplained.place <> 'prose'
                    or abs(denominators.char_start - unexplained.char_start)
                    <= {{ tolerance('share-of-parts', 'base_distance') }}
                )
                or list_contains(unexplained.usual_denominators, denominators.metric)
            )
            and numerators.observation_id <> denominators.observation_id
            and (unexplained.ratio_unit <> 'percent' or numerators.unit = denominators.unit)
            and (
                unexplained.ratio_unit = 'percent'
                or list_contains(unexplained.usual_numerators, numerators.metric)
                and list_contains(unexplained.usual_denominators, denominators.metric)
            )

),

by_others as (

    {{ derived_ratios('near') }}

),

-- Holdings may not all be printed: they are where another year of the table follows from them.
complete_holdings as (

    select distinct
        report_id,
        entity_id,
        place,
        metric
    from shares
    where
        observation_id in (
            select by_definition.observation_id from by_definition
            where by_definition.is_sum and by_definition.follows
        )

),

of_complete_holdings as (

    select shares.observation_id
    from shares
    inner join complete_holdings
        on
            shares.report_id = complete_holdings.report_id
            and shares.entity_id = complete_holdings.entity_id
            and shares.place = complete_holdings.place
            and shares.metric = complete_holdings.metric

),

defined_whole as (

    select * from by_definition
    where
        not is_sum
        or observation_id in (select complete.observation_id from of_complete_holdings as complete)

),

final as (

    select * from defined_whole
    union all
    select * from by_others

)

select * from final
