with

observations as (

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

shares as (

    select
        observations.*,
        usual.ratio_unit,
        usual.numerators as usual_numerators,
        usual.denominators as usual_denominators,
        usual.position as usual_position
    from observations
    inner join usual on observations.metric = usual.ratio
    -- a sentence gives a figure one share: what looks like a second is of something that was not read
    qualify
        observations.place <> 'prose'
        or row_number() over (
            partition by
                observations.report_id, observations.quote, observations.entity_id, observations.year,
                observations.metric, observations.dims_key
            order by observations.char_start
        ) = 1

),

-- A base that the sentence names must be one of the usual ones, or be found by its name.
bases as (

    select
        metrics.code as metric,
        {{ squeezed("unnest(string_split(" ~ metric_names("metrics") ~ ", '|'))") }} as name
    from metrics

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
        report_id,
        entity_id,
        year,
        metric,
        place,
        list(observation_id order by value desc, char_start) as observation_ids,
        sum(value) as value,
        sum(precision) as precision
    from (
        select * from observations
        where place <> 'prose' and n_dims = 1 and json_exists(dims, '$.holding')
        qualify row_number() over (
            partition by report_id, entity_id, year, metric, place, dims_key order by preference
        ) = 1
    ) as holdings
    group by report_id, entity_id, year, metric, place
    having sum(value) > 0

),

numerators as (

    select
        report_id,
        entity_id,
        year,
        metric,
        dims_key,
        place,
        quote as sentence,
        observation_id,
        cast([] as varchar[]) as more_ids,
        false as is_sum,
        value,
        precision
    from observations
    union all
    select
        report_id,
        entity_id,
        year,
        metric,
        '{}' as dims_key,
        place,
        cast(null as varchar) as sentence,
        observation_ids[1] as observation_id,
        observation_ids[2:] as more_ids,
        true as is_sum,
        value,
        precision
    from sums_of_holdings

),

-- The figures that a ratio can be made of by definition: the same report, entity, year and breakdown.
possible as (

    select
        shares.observation_id,
        not numerators.is_sum
        and shares.place = numerators.place
        and (shares.place <> 'prose' or shares.quote = numerators.sentence) as is_beside,
        numerators.observation_id as numerator_id,
        numerators.more_ids,
        numerators.is_sum,
        denominators.observation_id as denominator_id,
        addends.observation_id as addend_id,
        -- of a ratio whose base the reports choose only a base that is named is a definition
        ratios.ratio not in (select open_ratios.ratio from {{ ref('metric_open_ratios') }} as open_ratios)
        or shares.share_base is not null as is_defined,
        ratios.position,
        ratios.factor,
        ratios.factor * cast(numerators.value as double) as numerator,
        ratios.factor * numerators.precision as numerator_precision,
        cast(denominators.value as double) + coalesce(cast(addends.value as double), 0) as denominator,
        denominators.precision + coalesce(addends.precision, 0) as denominator_precision
    from shares
    inner join ratios on shares.metric = ratios.ratio
    inner join numerators
        on
            shares.report_id = numerators.report_id
            and shares.entity_id = numerators.entity_id
            and shares.year = numerators.year
            and shares.dims_key = numerators.dims_key
            and ratios.numerator = numerators.metric
    inner join observations as denominators
        on
            shares.report_id = denominators.report_id
            and shares.entity_id = denominators.entity_id
            and shares.year = denominators.year
            and ratios.denominator = denominators.metric
            and case ratios.denominator_scope when 'same' then shares.dims_key else '{}' end
            = denominators.dims_key
    left join observations as addends
        on
            shares.report_id = addends.report_id
            and shares.entity_id = addends.entity_id
            and shares.year = addends.year
            and ratios.plus = addends.metric
            and denominators.dims_key = addends.dims_key
            and addends.preference = 1
    left join named_bases on shares.observation_id = named_bases.observation_id
    where
        numerators.observation_id <> denominators.observation_id
        and (ratios.numerator <> ratios.denominator or numerators.dims_key <> denominators.dims_key)
        and (ratios.plus is null or addends.value is not null)
        and (shares.share_base is null or list_contains(named_bases.metrics, ratios.denominator))

),

-- The numerator beside a ratio, in its table or its sentence, is its numerator, and others are not.
defined as (

    select possible.* exclude (possible.is_beside)
    from possible
    qualify
        possible.is_beside
        or not bool_or(possible.is_beside) over (partition by possible.observation_id, possible.position)

),

-- Its usual base beside a ratio, in its row or sentence, defines it: nothing else need explain it.
defined_beside as (

    select distinct defined.observation_id
    from defined
    inner join shares on defined.observation_id = shares.observation_id
    inner join observations as numerators on defined.numerator_id = numerators.observation_id
    inner join observations as denominators on defined.denominator_id = denominators.observation_id
    where
        defined.position = shares.usual_position
        and shares.place = numerators.place
        and shares.place = denominators.place
        and (
            shares.place <> 'prose'
            or shares.quote = numerators.quote and shares.quote = denominators.quote
        )

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
            unexplained.report_id = numerators.report_id
            and unexplained.entity_id = numerators.entity_id
            and unexplained.year = numerators.year
            and unexplained.place = numerators.place
            and numerators.metric_kind <> 'ratio'
            and (
                unexplained.place <> 'prose' and unexplained.dims_key = numerators.dims_key
                or unexplained.quote = numerators.quote and unexplained.char_start > numerators.char_start
            )
            -- in a table the row or column of the share's own numerator
            and (
                unexplained.place = 'prose'
                or list_contains(unexplained.usual_numerators, numerators.metric)
            )
    inner join observations as denominators
        on
            unexplained.report_id = denominators.report_id
            and unexplained.entity_id = denominators.entity_id
            and unexplained.year = denominators.year
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
        shares.report_id,
        shares.entity_id,
        shares.place,
        shares.metric
    from by_definition
    inner join shares on by_definition.observation_id = shares.observation_id
    where by_definition.is_sum and by_definition.follows

),

defined_whole as (

    select by_definition.*
    from by_definition
    inner join shares on by_definition.observation_id = shares.observation_id
    where
        not by_definition.is_sum
        or (shares.report_id, shares.entity_id, shares.place, shares.metric) in (
            select (complete.report_id, complete.entity_id, complete.place, complete.metric)
            from complete_holdings as complete
        )

),

final as (

    select * from defined_whole
    union all
    select * from by_others

)

select * from final
