{% macro with_changes(relation, subject) -%}
    {#-
        The rows of a fact with the change against the year before and over three years. A year that is missing is
        not skipped: without the year before there is no change, without all three years no change over three years.
    -#}
    select
        *,
        case when lag(year) over subject_years = year - 1 then lag(value) over subject_years end as previous_value,
        case
            when lag(year) over subject_years = year - 1 and lag(year, 2) over subject_years = year - 2
                then lag(value, 2) over subject_years
        end as value_two_years_before
    from {{ relation }}
    window subject_years as (partition by {{ subject }}, metric order by year)
{%- endmacro %}

{% macro percent_change(value, base) -%}
    round(100.0 * cast({{ value }} - {{ base }} as double) / nullif(abs(cast({{ base }} as double)), 0), 2)
{%- endmacro %}
