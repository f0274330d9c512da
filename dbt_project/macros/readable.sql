{% macro readable(model_name, language) -%}
    {#-
        A mart under the names that people read: its columns called as the glossary calls them, zh or en. Written for tools
        where people click; models/marts/glossary.md is the source.
    -#}
    {%- set relation = ref(model_name) -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.name == model_name and node.resource_type == 'model' -%}
            {%- for column in node.columns.values() if language == 'en' or not column.name.endswith('_en') -%}
                {%- if language == 'zh' or not column.name.endswith('_name_zh') or column.name[:-2] ~ 'en' not in node.columns -%}
                    {%- set names = column.description.split('\n')[0].split(' | ') -%}
                    {%- do columns.append(column.name ~ ' as "' ~ names[0 if language == 'zh' else 1] | trim ~ '"') -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    select {{ columns | join(', ') or '*' }}
    from {{ relation }}
{%- endmacro %}
