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

shares as (

    select
        observations.*,
        metrics.unit as ratio_unit
    from observations
    inner join metrics on observations.metric = metrics.code
    where observations.metric in (select ratios.ratio from ratios)
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
        code as metric,
        {{ squeezed("unnest(string_split(name_zh || coalesce('|' || aliases, ''), '|'))") }} as name
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

-- The figures that a ratio can be made of by definition: the same report, entity, year and breakdown.
possible as (

    select
        shares.observation_id,
        shares.place = numerators.place
        and (shares.place <> 'prose' or shares.quote = numerators.quote) as is_beside,
        numerators.observation_id as numerator_id,
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
    inner join observations as numerators
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

-- Or of others: a number before it in sentence or table, over any whole printed near or of the usual kind.
-- That explains a ratio that does not follow by definition; it proves none wrong.
near as (

    select
        shares.observation_id,
        numerators.observation_id as numerator_id,
        denominators.observation_id as denominator_id,
        cast(null as varchar) as addend_id,
        false as is_defined,
        cast(null as bigint) as position,
        case shares.ratio_unit when 'percent' then 100 else 1 end as factor,
        case shares.ratio_unit when 'percent' then 100 else 1 end
        * cast(numerators.value as double) as numerator,
        case shares.ratio_unit when 'percent' then 100 else 1 end
        * numerators.precision as numerator_precision,
        cast(denominators.value as double) as denominator,
        denominators.precision as denominator_precision
    from shares
    inner join observations as numerators
        on
            shares.report_id = numerators.report_id
            and shares.entity_id = numerators.entity_id
            and shares.year = numerators.year
            and shares.place = numerators.place
            and numerators.metric_kind <> 'ratio'
            and (
                shares.place <> 'prose' and shares.dims_key = numerators.dims_key
                or shares.quote = numerators.quote and shares.char_start > numerators.char_start
            )
            -- in a table the row or column of the share's own numerator
            and (
                shares.place = 'prose' or numerators.metric in (
                    select r.numerator from ratios as r
                    where r.ratio = shares.metric
                )
            )
    inner join observations as denominators
        on
            shares.report_id = denominators.report_id
            and shares.entity_id = denominators.entity_id
            and shares.year = denominators.year
            and denominators.metric_kind <> 'ratio'
            and (shares.ratio_unit <> 'percent' or numerators.value <= denominators.value)
            and (
                shares.place = denominators.place and denominators.dims_key = '{}'
                and (
                    shares.place <> 'prose'
                    or abs(denominators.char_start - shares.char_start)
                    <= {{ tolerance('share-of-parts', 'base_distance') }}
                )
                or denominators.metric in (
                    select r.denominator from ratios as r
                    where r.ratio = shares.metric
                )
            )
            and numerators.observation_id <> denominators.observation_id
            and (shares.ratio_unit <> 'percent' or numerators.unit = denominators.unit)
            and (
                shares.ratio_unit = 'percent'
                or numerators.metric in (
                    select r.numerator from ratios as r
                    where r.ratio = shares.metric
                )
                and denominators.metric in (
                    select r.denominator from ratios as r
                    where r.ratio = shares.metric
                )
            )

),

-- Its usual base beside a ratio, in its row or sentence, defines it: nothing else need explain it.
defined_beside as (

    select distinct defined.observation_id
    from defined
    inner join shares on defined.observation_id = shares.observation_id
    inner join observations as numerators on defined.numerator_id = numerators.observation_id
    inner join observations as denominators on defined.denominator_id = denominators.observation_id
    where
        defined.position = (
            select min(usual.position) from ratios as usual
            where usual.ratio = shares.metric
        )
        and shares.place = numerators.place
        and shares.place = denominators.place
        and (
            shares.place <> 'prose'
            or shares.quote = numerators.quote and shares.quote = denominators.quote
        )

),

derivations as (

    select * from defined
    union all
    select * from near
    where observation_id not in (select defined_beside.observation_id from defined_beside)

),

calculated as (

    -- The rounding of the parts carries over to what follows from them.
    select
        derivations.*,
        derivations.numerator / derivations.denominator as expected,
        observations.precision + (
            derivations.numerator_precision
            + abs(derivations.numerator / derivations.denominator) * derivations.denominator_precision
        ) / abs(derivations.denominator) as tolerance,
        cast(observations.value as double) as printed,
        observations.is_lower_bound
    from derivations
    inner join observations on derivations.observation_id = observations.observation_id
    where derivations.denominator <> 0

),

final as (

    select
        observation_id,
        numerator_id,
        denominator_id,
        addend_id,
        is_defined,
        position,
        factor,
        expected,
        tolerance,
        abs(printed - expected) as distance,
        abs(printed - expected) <= tolerance + 1e-6
        or is_lower_bound and expected >= printed as follows
    from calculated

)

select * from final
