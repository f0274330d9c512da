{% macro delete_touched_schools(or_where='false') -%}
    {#-
        The pre-hook of a mart that is worked out school by school: touched schools make place, and the build inserts the
        schools that are not there, see `schools_to_insert`.
    -#}
    {% if is_incremental() -%}
        delete from {{ this }}
        where
            school_id in (
                select school_id from {{ ref('int_cells_touched') }}
                where school_id is not null
                union
                select reports.publisher_school_id
                from {{ ref('dim_report') }} as reports
                inner join {{ ref('int_reports_touched') }} as touched on reports.report_id = touched.report_id
                where touched.is_touched and reports.publisher_school_id is not null
            )
            or {{ or_where }}
    {%- endif %}
{%- endmacro %}

{% macro schools_to_insert() -%}
    {#- A condition on a fact's school_id: all in a first build, then those that made place or are new. -#}
    {%- if is_incremental() -%}
        school_id not in (select built.school_id from {{ this }} as built)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro a_new_year() -%}
    {#- Reports on a year that the mart does not have yet: then every school is looked for in it. -#}
    (select max(reports.report_year) from {{ ref('dim_report') }} as reports where reports.is_latest)
    > (select max(built.year) from {{ this }} as built)
{%- endmacro %}
