{% macro derived_ratios(candidates) -%}
    {#- What a ratio would be, going by its numerator and denominator, whose rounding carries over. -#}
    select
        candidates.observation_id,
        candidates.numerator_id,
        candidates.more_ids,
        candidates.is_sum,
        candidates.denominator_id,
        candidates.addend_id,
        candidates.is_defined,
        candidates.position,
        candidates.factor,
        candidates.numerator / candidates.denominator as expected,
        candidates.precision + (
            candidates.numerator_precision
            + abs(candidates.numerator / candidates.denominator) * candidates.denominator_precision
        ) / abs(candidates.denominator) as tolerance,
        abs(cast(candidates.value as double) - candidates.numerator / candidates.denominator) as distance,
        distance <= tolerance + 1e-6
        or candidates.is_lower_bound
        and candidates.numerator / candidates.denominator >= cast(candidates.value as double) as follows
    from {{ candidates }} as candidates
    where candidates.denominator <> 0
{%- endmacro %}
