{% macro slip(raw, printed, expected, year_before) -%}
    {#-
        The slip that explains why `raw` (worth `printed`) stands where `expected` should, most telling first; null where
        none does. A slip of digits is looked for in the expected figure written as the printed one is.
    -#}
    case
        when {{ printed }} = {{ expected }} or {{ expected }} is null then null
        when {{ printed }} = {{ year_before }} then 'last_year'
        when {{ decimal_shifted(printed, expected) }} then 'decimal_shifted'
        when {{ digits_swapped(raw, written_like(raw, printed, expected)) }} then 'digits_swapped'
        when {{ one_digit(raw, written_like(raw, printed, expected)) }} then 'one_digit'
    end
{%- endmacro %}

{% macro written_like(raw, printed, expected) -%}
    {#- The expected figure in the printed one's unit with as many decimals, as digits. -#}
    regexp_replace(
        printf(
            '%.' || length(regexp_extract({{ raw }}, '\.(\d+)', 1)) || 'f',
            cast({{ expected }} as double) / {{ unit_factor(raw, printed) }}
        ), '\D', '', 'g'
    )
{%- endmacro %}

{% macro digits(raw) -%}
    regexp_replace({{ raw }}, '\D', '', 'g')
{%- endmacro %}

{% macro decimal_shifted(printed, expected) -%}
    list_contains(
        [-3, -2, -1, 1, 2, 3],
        cast(round(log10(abs(cast({{ printed }} as double)) / nullif(abs(cast({{ expected }} as double)), 0))) as integer)
    )
    and abs(
        log10(abs(cast({{ printed }} as double)) / nullif(abs(cast({{ expected }} as double)), 0))
        - round(log10(abs(cast({{ printed }} as double)) / nullif(abs(cast({{ expected }} as double)), 0)))
    ) < 0.002
{%- endmacro %}

{% macro digits_swapped(raw, written) -%}
    {#- The same digits, two neighbours in each other's place. -#}
    length({{ digits(raw) }}) = length({{ written }})
    and list_contains(
        list_transform(
            range(1, length({{ digits(raw) }})),
            lambda i: substr({{ digits(raw) }}, 1, i - 1) || substr({{ digits(raw) }}, i + 1, 1)
            || substr({{ digits(raw) }}, i, 1) || substr({{ digits(raw) }}, i + 2)
        ),
        {{ written }}
    )
{%- endmacro %}

{% macro one_digit(raw, written) -%}
    {#- One digit of three or more is another. -#}
    length({{ digits(raw) }}) = length({{ written }}) and length({{ written }}) >= 3
    and hamming({{ digits(raw) }}, {{ written }}) = 1
{%- endmacro %}
