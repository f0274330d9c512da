{% macro district_named_in(text) -%}
    {#-
        The code of the district whose name stands in a school's, publisher's or title's squeezed text: the longest name wins
        (荣昌区 before 荣昌), then the one that comes first. The municipality is in nearly every name and counts for none.
    -#}
    (
        select district_names.district_code
        from {{ ref('int_district_names') }} as district_names
        where
            district_names.district_code <> '500000'
            and contains({{ text }}, district_names.squeezed_name)
        order by
            length(district_names.squeezed_name) desc,
            instr({{ text }}, district_names.squeezed_name),
            district_names.district_code
        limit 1
    )
{%- endmacro %}
