{% macro words_left(words, names) -%}
    {#- What words say beyond the names given and what narrows nothing (the CTE narrowing_nothing). -#}
    regexp_replace(
        list_reduce(list_prepend({{ words }}, {{ names }}), lambda rest, name: replace(rest, name, '')),
        narrowing_nothing.pattern || '|[\d.,，:：/%（）()《》"“”_-]', '', 'g'
    )
{%- endmacro %}
