{% macro dims_key(dims, without=[]) -%}
    {#- The dimensions as JSON with sorted keys, to compare by, without the keys that `without` gives. -#}
    {%- set remaining = namespace(dims=dims) -%}
    {%- for key in without -%}
        {#- a null in a merge patch removes the key -#}
        {%- set nothing = "json_object(coalesce(" ~ key ~ ", ''), null)" -%}
        {%- set remaining.dims = "json_merge_patch(" ~ remaining.dims ~ ", " ~ nothing ~ ")" -%}
    {%- endfor -%}
    cast(to_json(map_from_entries(list_sort(map_entries(
        cast({{ remaining.dims }} as map(varchar, varchar))
    )))) as varchar)
{%- endmacro %}
