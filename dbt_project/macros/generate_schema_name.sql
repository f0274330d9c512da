{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Schemas are called what the project calls them, without the target's name before. -#}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
