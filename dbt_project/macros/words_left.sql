{% macro words_left(words, names) -%}
    {#-
        What words say beyond the names given and what narrows nothing (the CTE narrowing_nothing). Replaced one by one:
        a pattern made of them would be compiled anew for each row.
    -#}
    regexp_replace(
        list_reduce(
            list_prepend({{ words }}, {{ names }} || narrowing_nothing.words), (rest, name) -> replace(rest, name, '')
        ),
        '[\d.,，:：/%（）()《》"“”_-]', '', 'g'
    )
{%- endmacro %}

{% macro names_of(text) -%}
    {#- The squeezed names in `a|b|c`, each also without the 数 of 人数 and 总数. -#}
    list_distinct(flatten(list_transform(
        string_split({{ text }}, '|'),
        lambda n: [{{ squeezed('n') }}, regexp_replace({{ squeezed('n') }}, '(总数|数)$', '')]
    )))
{%- endmacro %}

{% macro longest_first(names) -%}
    {#- So that 教师 does not cut 专任教师 in two. -#}
    list_transform(
        list_sort(list_transform(
            list_filter({{ names }}, lambda n: n <> ''), lambda n: struct_pack(size := length(n), name := n)
        ), 'desc'),
        lambda n: n.name
    )
{%- endmacro %}

{% macro part_that_names(path, names) -%}
    {#- The last part of a header path in which a name stands; nothing where none does. -#}
    coalesce(list_last(list_filter(
        string_split({{ path }}, '/'), lambda part: len(list_filter({{ names }}, lambda n: contains(part, n))) > 0
    )), '')
{%- endmacro %}

{% macro squeezed_members(dims) -%}
    {#- The members of the dimensions, squeezed. -#}
    list_filter(
        list_transform(coalesce(json_extract_string({{ dims }}, '$.*'), []), lambda d: {{ squeezed('d') }}),
        lambda d: d <> ''
    )
{%- endmacro %}

{% macro without_nulls(list) -%}
    list_filter({{ list }}, lambda each: each is not null)
{%- endmacro %}
