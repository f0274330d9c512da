{% macro same_magnitude(value, other) -%}
    {#- Whether two figures are close enough to be the same thing, see the var same_figure_within_factor. -#}
    cast({{ value }} as double) * cast({{ other }} as double) > 0
    and greatest(abs(cast({{ value }} as double)), abs(cast({{ other }} as double)))
    <= {{ var('same_figure_within_factor') }} * least(abs(cast({{ value }} as double)), abs(cast({{ other }} as double)))
{%- endmacro %}
