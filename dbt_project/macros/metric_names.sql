{% macro metric_names(metrics) -%}
    {#-
        All names of a metric as `a|b|c`. A ^ before one tells extraction where to look for it.
    -#}
    replace({{ metrics }}.name_zh || coalesce('|' || {{ metrics }}.aliases, ''), '^', '')
{%- endmacro %}
