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
    detail
{%- endmacro %}
