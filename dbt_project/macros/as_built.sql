{% macro as_built(model_name, schema='intermediate') -%}
    {#-
        A model as the last build left it, or none. What a build touches is found by comparing with that, so it
        must be read before the model itself is built again: the reader stands upstream of the model.
    -#}
    {%- if execute -%}
        {{- return(adapter.get_relation(database=this.database, schema=schema, identifier=model_name)) -}}
    {%- endif -%}
    {{- return(none) -}}
{%- endmacro %}

{% macro continues() -%}
    {#- Whether this build adds to a built warehouse: then it works on what touched reports speak of only. -#}
    {%- set built = as_built('fct_school_metric', schema=target.schema) -%}
    {{- return(not flags.FULL_REFRESH and built is not none) -}}
{%- endmacro %}

{% macro delete_touched(keys, touched='int_cells_touched', where='true') -%}
    {#- The pre-hook of an incremental model: touched rows make place for those that the build inserts. -#}
    {% if is_incremental() -%}
        delete from {{ this }}
        where ({{ keys }}) in (select {{ keys }} from {{ ref(touched) }} where {{ where }})
    {%- endif %}
{%- endmacro %}
