{% macro same_magnitude(value, other, factor) -%}
    {#- Whether two figures are no further apart than a factor: else they are hardly one thing. -#}
    cast({{ value }} as double) * cast({{ other }} as double) > 0
    and greatest(abs(cast({{ value }} as double)), abs(cast({{ other }} as double)))
    <= {{ factor }} * least(abs(cast({{ value }} as double)), abs(cast({{ other }} as double)))
{%- endmacro %}
