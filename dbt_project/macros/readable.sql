{% macro readable(model_name, language) -%}
    {#-
        A mart under the names that people read: its columns called as the glossary calls them, zh or en. Written for tools
        where people click; models/marts/glossary.md is the source.
    -#}
    {%- set relation = ref(model_name) -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.name == model_name and node.resource_type == 'model' -%}
            {%- for column in node.columns.values() -%}
                {#- a name in the other language is left out where there is one in this -#}
                {%- set stem, ending = column.name[:-3], column.name[-3:] -%}
                {%- set other = '_en' if language == 'zh' else '_zh' -%}
                {%- if ending != other or stem ~ '_' ~ language not in node.columns -%}
                    {%- set names = column.description.split('\n')[0].split(' | ') -%}
                    {%- set name = names[0 if language == 'zh' else 1] | trim -%}
                    {%- do columns.append(column.name ~ ' as "' ~ name ~ '"') -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    select {{ columns | join(', ') or '*' }}
    from {{ relation }}
{%- endmacro %}
