{% macro readable(model_name, language) -%}
    {#-
        A mart under the names that people read: its columns called as the glossary calls them, zh or en. Written for tools
        where people click; models/marts/glossary.md is the source.
    -#}
    {%- set columns = [] -%}
    {%- for column in readable_columns(model_name, language) -%}
        {%- do columns.append(column.name ~ ' as "' ~ column.readable ~ '"') -%}
    {%- endfor -%}
    select {{ columns | join(', ') or '*' }}
    from {{ ref(model_name) }}
{%- endmacro %}

{% macro describe_readable() -%}
    {#- The post-hook of a readable view: it and its columns say what those of the mart say. -#}
    {%- if execute -%}
        {%- set mart = graph.nodes[model.depends_on.nodes[0]] -%}
        comment on view {{ this }} is '{{ mart.description | replace("'", "''") }}';
        {%- for column in readable_columns(mart.name, this.schema) %}
            {%- set meaning = column.description | replace("'", "''") -%}
            comment on column {{ this }}."{{ column.readable }}" is '{{ meaning }}';
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro readable_columns(model_name, language) -%}
    {#- Name, readable name and description of the columns that a reader of zh or en is shown. -#}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.name == model_name and node.resource_type == 'model' -%}
            {%- for column in node.columns.values() -%}
                {#- a name in the other language is left out where there is one in this -#}
                {%- set stem, ending = column.name[:-3], column.name[-3:] -%}
                {%- set other = '_en' if language == 'zh' else '_zh' -%}
                {%- if ending != other or stem ~ '_' ~ language not in node.columns -%}
                    {%- set names = column.description.split('\n')[0].split(' | ') -%}
                    {%- set readable = names[0 if language == 'zh' else 1] | trim -%}
                    {%- do columns.append(
                        {'name': column.name, 'readable': readable, 'description': column.description}
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(columns) -}}
{%- endmacro %}
