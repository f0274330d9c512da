{% macro audit_finding_columns() -%}
    {#- The columns of every audit model, in order: one rule, one shape. -#}
    rule,
    subject_key,
    report_id,
    entity,
    metric,
    year,
    observation_ids,
    printed,
    expected,
    slip,
    arithmetic_zh,
    arithmetic_en
{%- endmacro %}

{% macro figure(value) -%}
    {#- A number as people write it in a formula. -#}
    regexp_replace(printf('%.2f', cast({{ value }} as double)), '\.?0+$', '')
{%- endmacro %}

{% macro of_dims(dims_key) -%}
    {#- The breakdown behind a metric's name: （数控技术应用）; nothing for the whole. -#}
    case {{ dims_key }} when '{}' then '' else
        '（' || array_to_string(json_extract_string(cast({{ dims_key }} as json), '$.*'), '，') || '）'
    end
{%- endmacro %}
