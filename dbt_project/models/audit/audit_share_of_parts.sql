with

observations as (

    select * from {{ ref('int_observations_audited') }}

),

metric_ratios as (

    select * from {{ ref('metric_ratios') }}

),

ranked_ratios as (

    select
        *,
        row_number() over (partition by ratio order by position) as alternative
    from (
        select
            *,
            row_number() over () as position
        from metric_ratios
    ) as positioned

),

-- Every way in which a printed ratio can follow from figures of the same report, entity and year.
derivations as (

    select
        ratios.observation_id,
        ranked_ratios.alternative,
        numerators.observation_id as numerator_id,
        denominators.observation_id as denominator_id,
        ranked_ratios.numerator || ' ' || numerators.raw || ' / ' || ranked_ratios.denominator || ' '
        || denominators.raw || coalesce(' + ' || addends.metric || ' ' || addends.raw, '') as formula,
        ranked_ratios.factor * cast(numerators.value as double) as numerator,
        ranked_ratios.factor * numerators.precision as numerator_precision,
        cast(denominators.value as double) + coalesce(cast(addends.value as double), 0) as denominator,
        denominators.precision + coalesce(addends.precision, 0) as denominator_precision,
        ratios.precision as ratio_precision
    from observations as ratios
    inner join ranked_ratios on ratios.metric = ranked_ratios.ratio
    inner join observations as numerators
        on
            ratios.report_id = numerators.report_id
            and ratios.entity_id = numerators.entity_id
            and ratios.year = numerators.year
            and ratios.dims_key = numerators.dims_key
            and ranked_ratios.numerator = numerators.metric
    inner join observations as denominators
        on
            ratios.report_id = denominators.report_id
            and ratios.entity_id = denominators.entity_id
            and ratios.year = denominators.year
            and ranked_ratios.denominator = denominators.metric
            and case ranked_ratios.denominator_scope when 'same' then ratios.dims_key else '{}' end
            = denominators.dims_key
    left join observations as addends
        on
            ratios.report_id = addends.report_id
            and ratios.entity_id = addends.entity_id
            and ratios.year = addends.year
            and ranked_ratios.plus = addends.metric
            and denominators.dims_key = addends.dims_key
            and addends.preference = 1
    where
        denominators.value <> 0
        and numerators.observation_id <> denominators.observation_id
        and (ranked_ratios.plus is null or addends.value is not null)

),

calculated as (

    -- The rounding of the parts carries over to what follows from them.
    select
        *,
        numerator / denominator as expected,
        ratio_precision
        + (numerator_precision + abs(numerator / denominator) * denominator_precision)
        / abs(denominator) as tolerance
    from derivations
    where denominator <> 0

),

compared as (

    select
        ratios.*,
        calculated.alternative,
        calculated.numerator_id,
        calculated.denominator_id,
        calculated.formula,
        calculated.expected,
        calculated.tolerance,
        abs(cast(ratios.value as double) - calculated.expected) as distance,
        bool_or(abs(cast(ratios.value as double) - calculated.expected) <= calculated.tolerance + 1e-6) over (
            partition by ratios.observation_id
        ) as follows_somehow
    from observations as ratios
    inner join calculated on ratios.observation_id = calculated.observation_id

),

-- A contradiction is a ratio that follows from none of them; it is shown against the nearest.
contradicted as (

    select * from compared
    where not follows_somehow and {{ same_magnitude('value', 'expected') }}
    qualify row_number() over (
        partition by observation_id order by distance, alternative, numerator_id, denominator_id
    ) = 1

),

findings as (

    select
        case when distance <= tolerance + precision then 'share_last_digit' else 'share_of_parts' end as rule,
        concat_ws('|', report_id, entity_id, metric, year, dims_key, value) as subject_key,
        report_id,
        entity,
        metric,
        year,
        [observation_id, numerator_id, denominator_id] as observation_ids,
        value as printed,
        cast(round(expected, 6) as decimal(28, 6)) as expected,
        formula || ' = ' || cast(round(expected, 2) as varchar) || ', printed ' || raw
        || case when dims_key <> '{}' then ' for ' || dims_key else '' end as detail
    from contradicted
    -- printed twice alike, one finding
    qualify row_number() over (partition by subject_key order by char_start) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
