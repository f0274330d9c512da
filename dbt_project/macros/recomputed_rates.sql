{% macro recomputed_rates(facts, subject, comparable='true', carried=[]) -%}
    {#-
        Each rate whose parts are there, worked out anew: one row a subject, year and rate, by the first reading in
        dim_rate whose numerator and denominator were both found. `comparable` says which numerators go with which
        denominators, `carried` which columns of the numerator come along.
    -#}
    select
        numerators.{{ subject }},
        numerators.year,
        {% for column in carried %}numerators.{{ column }}, {% endfor %}
        rates.metric,
        numerators.value as numerator_value,
        denominators.value + coalesce(addends.value, 0) as denominator_value,
        cast(
            rates.factor * cast(numerators.value as double)
            / cast(denominators.value + coalesce(addends.value, 0) as double) as decimal(28, 6)
        ) as recomputed_value,
        rates.reading,
        rates.numerator || ' / ' || rates.denominator || coalesce(' + ' || rates.added_to_denominator, '')
            as recomputed_from
    from {{ ref('dim_rate') }} as rates
    inner join {{ facts }} as numerators on rates.numerator = numerators.metric
    inner join {{ facts }} as denominators
        on
            rates.denominator = denominators.metric
            and numerators.{{ subject }} = denominators.{{ subject }}
            and numerators.year = denominators.year
            and {{ comparable }}
    left join {{ facts }} as addends
        on
            rates.added_to_denominator = addends.metric
            and numerators.{{ subject }} = addends.{{ subject }}
            and numerators.year = addends.year
    where
        rates.denominator_scope = 'same'
        and denominators.value > 0
        and (rates.added_to_denominator is null or addends.value is not null)
    qualify row_number() over (
        partition by numerators.{{ subject }}, numerators.year, rates.metric order by rates.reading
    ) = 1
{%- endmacro %}
