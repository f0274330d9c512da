with

observations as not materialized (

    select * from {{ ref('int_observations_audited') }}

),

derived as (

    select * from {{ ref('int_ratios_derived') }}

),

places as (

    select * from {{ ref('int_places_compared') }}

),

ratios_that_follow as (

    select distinct observation_id from derived
    where follows

),

unexplained as (

    select * from derived
    where
        is_defined
        and observation_id not in (select ratios_that_follow.observation_id from ratios_that_follow)

),

-- A contradiction is a ratio that follows from nothing; it is shown against the nearest of its definitions.
contradicted as (

    select
        ratios.*,
        unexplained.numerator_id,
        unexplained.more_ids,
        unexplained.denominator_id,
        unexplained.addend_id,
        unexplained.expected,
        unexplained.factor,
        unexplained.distance,
        unexplained.tolerance,
        unexplained.distance
        <= unexplained.tolerance
        + 2 * {{ tolerance('share-last-digit', 'units') }} * ratios.precision as is_last_digit
    from observations as ratios
    inner join unexplained on ratios.observation_id = unexplained.observation_id
    inner join observations as numerators on unexplained.numerator_id = numerators.observation_id
    inner join observations as denominators on unexplained.denominator_id = denominators.observation_id
    left join places as numerator_places
        on
            ratios.report_id = numerator_places.report_id
            and ratios.report_id = numerator_places.other_report_id
            and ratios.entity_id = numerator_places.entity_id
            and ratios.place = numerator_places.place
            and numerators.place = numerator_places.other_place
    left join places as denominator_places
        on
            ratios.report_id = denominator_places.report_id
            and ratios.report_id = denominator_places.other_report_id
            and ratios.entity_id = denominator_places.entity_id
            and ratios.place = denominator_places.place
            and denominators.place = denominator_places.other_place
    where
        -- what the label says more is at most what the share is of
        ratios.qualifier in ('', coalesce(ratios.share_base, ''))
        and not coalesce(numerator_places.are_apart, false)
        and not coalesce(denominator_places.are_apart, false)
        -- what is called rounded proves nothing
        and not numerators.is_approximate
        and not denominators.is_approximate
        and {{ same_magnitude(
            'ratios.value', 'unexplained.expected', tolerance('share-of-parts', 'same_figure_factor')
        ) }}
    qualify row_number() over (
        partition by ratios.observation_id
        order by
            unexplained.distance, unexplained.position, unexplained.numerator_id,
            unexplained.denominator_id
    ) = 1

),

-- A numerator that is a sum: its parts, the largest first.
numerators_written as (

    select
        parts.observation_id,
        string_agg(observations.raw || observations.unit_raw, ' + ' order by observations.value desc)
        filter (where observations.value <> 0) as printed,
        case when contains(printed, ' + ') then '（' || printed || '）' else printed end as written
    from (
        select
            observation_id,
            unnest([numerator_id] || more_ids) as part_id
        from contradicted
        where len(more_ids) > 0
    ) as parts
    inner join observations on parts.part_id = observations.observation_id
    group by parts.observation_id

),

findings as (

    select
        case when contradicted.is_last_digit then 'share-last-digit' else 'share-of-parts' end as rule,
        concat_ws(
            '|',
            contradicted.report_key, contradicted.entity_id, contradicted.metric, contradicted.year,
            contradicted.dims_key, contradicted.value
        ) as subject_key,
        contradicted.report_id,
        contradicted.entity,
        contradicted.metric,
        contradicted.year,
        {{ without_nulls(
            "[contradicted.observation_id, numerator_id] || more_ids || [denominator_id, addend_id]"
        ) }}
            as observation_ids,
        contradicted.value as printed,
        cast(round(contradicted.expected, 6) as decimal(28, 6)) as expected,
        case
            when contradicted.is_last_digit
                then case
                    when
                        abs(cast(contradicted.value as double)) < abs(contradicted.expected)
                        then 'cut_not_rounded'
                end
            else
                {{ slip(
                    'contradicted.raw', 'contradicted.value', 'contradicted.expected',
                    'contradicted.value_year_before'
                ) }}
        end as slip,
        contradicted.metric_zh
        || {{ of_dims('contradicted.dims_key') }}
        || ' = '
        || numerators.metric_zh
        || ' '
        || coalesce(numerators_written.written, numerators.raw || numerators.unit_raw)
        || ' ÷ ' || denominators.metric_zh || ' '
        || denominators.raw || denominators.unit_raw
        || coalesce('（加' || addends.metric_zh || ' ' || addends.raw || '）', '')
        || case contradicted.factor when 1 then '' else ' × ' || {{ figure('contradicted.factor') }} end
        || ' = ' || {{ figure('contradicted.expected / contradicted.unit_factor') }} || contradicted.unit_raw
        || '，印作 ' || contradicted.raw || contradicted.unit_raw as arithmetic_zh,
        contradicted.metric_en
        || {{ of_dims('contradicted.dims_key') }}
        || ' = '
        || numerators.metric_en
        || ' '
        || coalesce(numerators_written.written, numerators.raw || numerators.unit_raw)
        || ' ÷ ' || denominators.metric_en || ' '
        || denominators.raw || denominators.unit_raw
        || coalesce(' (plus ' || addends.metric_en || ' ' || addends.raw || ')', '')
        || case contradicted.factor when 1 then '' else ' × ' || {{ figure('contradicted.factor') }} end
        || ' = ' || {{ figure('contradicted.expected / contradicted.unit_factor') }} || contradicted.unit_raw
        || ', printed ' || contradicted.raw || contradicted.unit_raw as arithmetic_en
    from contradicted
    inner join observations as numerators on contradicted.numerator_id = numerators.observation_id
    inner join observations as denominators on contradicted.denominator_id = denominators.observation_id
    left join numerators_written on contradicted.observation_id = numerators_written.observation_id
    left join observations as addends on contradicted.addend_id = addends.observation_id
    -- printed twice alike, one finding
    qualify row_number() over (partition by subject_key order by contradicted.char_start) = 1

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
