{% macro school_figures(scope, keys=['metric']) -%}
    {#-
        The reconciled figures of schools of one scope (total, programme, breakdown), with the version of the school that
        the year has. `keys` are the columns that tell a school's figures of one year apart.
    -#}
    select
        reconciled.subject_id as school_id,
        school_versions.school_key,
        reconciled.year,
        {{ prefixed('reconciled', keys) }},
        {{ reconciled_columns() }}
    from {{ ref('int_metrics_reconciled') }} as reconciled
    inner join {{ ref('dim_metric') }} as metrics on reconciled.metric = metrics.metric
    inner join {{ ref('int_school_versions') }} as school_versions
        on
            reconciled.subject_id = school_versions.school_id
            and reconciled.year between school_versions.first_year and school_versions.last_year
    where reconciled.subject_kind = 'school' and reconciled.scope = '{{ scope }}'
{%- endmacro %}

{% macro reconciled_columns() -%}
    {#- What every reconciled fact says of its value: in its unit, why it was chosen, and what was not. -#}
    reconciled.value,
    coalesce(nullif(metrics.unit, ''), 'count') as unit,
    reconciled.n_observations,
    reconciled.n_reports,
    reconciled.n_values,
    reconciled.first_value,
    reconciled.latest_value,
    reconciled.chosen_because,
    reconciled.report_id,
    reconciled.observation_id
{%- endmacro %}

{% macro prefixed(relation, columns) -%}
    {{ relation }}.{{ columns | join(', ' ~ relation ~ '.') }}
{%- endmacro %}
