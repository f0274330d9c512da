{% macro tolerance(rule, parameter) -%}
    {#- A number of the seed audit_tolerances, where its reason stands. -#}
    (
        select tolerances.value from {{ ref('audit_tolerances') }} as tolerances
        where tolerances.rule = '{{ rule }}' and tolerances.parameter = '{{ parameter }}'
    )
{%- endmacro %}
